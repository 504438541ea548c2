// Lambda functions without Lambda: plain Node, no packages.
//
//   node functions.js [PORT]
//
// Every member of functions is one, called by its name. The server below speaks
// as much of Lambda's Invoke operation as API Gateway does.
const http = require('node:http');

const names = new Map(); // by connection id
const policy = (Effect, Resource) => ({ Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] });

const functions = {
  // The authorizer of $connect. What it says in context, all later events have.
  auth: ({ methodArn, queryStringParameters: { name, token } }) => ({
    principalId: name ?? 'anonymous', context: { name: name ?? 'anonymous' },
    policyDocument: policy(token === 'sesame' ? 'Allow' : 'Deny', methodArn),
  }),
  connect: ({ requestContext: { connectionId, authorizer } }) => {
    names.set(connectionId, authorizer.name);
    return { statusCode: 200 };
  },
  say: async ({ body, requestContext }) => {
    const { text } = JSON.parse(body);
    const line = JSON.stringify({ from: requestContext.authorizer.name, text });
    const others = [...names.keys()].filter(id => id !== requestContext.connectionId);
    const sent = await Promise.all(others.map(id => post(requestContext, id, line)));
    return { statusCode: 200, body: JSON.stringify({ heardBy: sent.filter(Boolean).length }) };
  },
  disconnect: ({ requestContext: { connectionId } }) => {
    names.delete(connectionId);
    return { statusCode: 200 };
  },
};

// post is PostToConnection. On your own machine nobody asks for a signature.
async function post({ domainName, stage }, id, text) {
  const url = `http://${domainName}/${stage}/@connections/${encodeURIComponent(id)}`;
  return (await fetch(url, { method: 'POST', body: text })).ok;
}

const server = http.createServer(async (req, res) => {
  let event = '';
  for await (const chunk of req.setEncoding('utf8')) event += chunk;
  const [, name] = decodeURIComponent(req.url).match(/^\/2015-03-31\/functions\/.*:function:([^:/]+).*\/invocations$/) ?? [];
  if (!functions[name]) return res.writeHead(404).end(JSON.stringify({ Message: `Function not found: ${name}` }));
  if (req.headers['x-amz-invocation-type'] === 'Event') res.writeHead(202).end(); // nobody waits
  try {
    const answer = await functions[name](JSON.parse(event));
    res.writableEnded || res.end(JSON.stringify(answer));
  } catch (e) {
    console.error(name, e);
    res.writableEnded || res.writeHead(200, { 'X-Amz-Function-Error': 'Unhandled' }).end(JSON.stringify({ errorMessage: e.message, errorType: e.name }));
  }
});
server.listen(process.argv[2] ?? 9001, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
