// What the flows' Node programs share: a WebSocket client on top of ws, of
// which one waits instead of listening.
const WebSocket = require('ws');

// connect resolves with an open socket: say sends, hear resolves with the next
// text, ended with the code and reason of its end. Who is refused gets an error
// with the status and the body.
exports.connect = (url, options) => new Promise((resolve, reject) => {
  const ws = new WebSocket(url, options), inbox = [], waiting = [];
  ws.on('message', m => waiting.length ? waiting.shift()(m.toString()) : inbox.push(m.toString()));
  ws.hear = () => inbox.length ? Promise.resolve(inbox.shift()) : new Promise(r => waiting.push(r));
  ws.say = message => ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  ws.ask = message => (ws.say(message), ws.hear());
  ws.ended = new Promise(r => ws.on('close', (code, reason) => r(`${code} ${reason}`.trim())));
  ws.on('open', () => resolve(ws));
  ws.on('error', reject);
  ws.on('unexpected-response', (_, response) => {
    let body = '';
    response.on('data', d => body += d);
    response.on('end', () => reject(Object.assign(new Error(`refused ${response.statusCode} ${body}`), { status: response.statusCode, body, headers: response.headers })));
  });
});

// refusal resolves with the status, the type and the message of a refusal.
exports.refusal = (url, options) => exports.connect(url, options).then(
  ws => (ws.close(), 'admitted'),
  e => e.status ? [e.status, e.headers['x-amzn-errortype'], JSON.parse(e.body).message].filter(Boolean).join(' ') : `failed: ${e.message}`);

// play runs a script; what goes wrong ends the program.
exports.play = script => script().catch(e => { console.error(e); process.exit(1); });

// serve starts a server on a free port, whose URL is the first line of output.
exports.serve = answer => {
  const server = require('http').createServer((request, response) => {
    const chunks = [];
    request.on('data', d => chunks.push(d));
    request.on('end', () => answer(request, response, Buffer.concat(chunks)));
  });
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
};
