// The chat room's backend: plain Node, no packages.
//
//   node backend.js [PORT]
//
// It knows who is in the room, and sends what one says to all others with
// POST /@connections/{id} of the gateway. Postern takes these requests unsigned
// on your own machine; AWS wants them signed, as its SDKs do.
const http = require('node:http');

const names = new Map(); // by connection id

const actions = {
  '/enter': ({ id, name }) => {
    if ([...names.values()].includes(name)) return { status: 409 };
    names.set(id, name);
    return { status: 200 };
  },
  '/say': async ({ id, body, callback }) => {
    const line = JSON.stringify({ from: names.get(id), text: JSON.parse(body).text });
    const others = [...names.keys()].filter(other => other !== id);
    const sent = await Promise.all(others.map(other => post(callback, other, line)));
    return { status: 200, body: JSON.stringify({ heardBy: sent.filter(Boolean).length }) };
  },
  '/leave': ({ id }) => {
    names.delete(id);
    return { status: 200 };
  },
};

// post reports whether the message reached the connection; one that is gone
// (410) has left the room.
async function post(callback, id, text) {
  const answer = await fetch(`${callback}/@connections/${encodeURIComponent(id)}`, { method: 'POST', body: text });
  if (answer.status === 410) names.delete(id);
  return answer.ok;
}

const server = http.createServer(async (req, res) => {
  let body = '';
  for await (const chunk of req.setEncoding('utf8')) body += chunk;
  const header = name => req.headers[name];
  const event = {
    id: header('x-connection-id'), name: header('x-name'), body,
    callback: `http://${header('x-domain-name')}/${header('x-stage')}`,
  };
  let answer = { status: 404 };
  try {
    if (actions[req.url]) answer = await actions[req.url](event);
  } catch (e) {
    answer = { status: 500, body: e.message };
  }
  res.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body);
});
server.listen(process.argv[2] ?? 8090, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
