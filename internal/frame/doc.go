// Package frame is the server's side of WebSocket framing (RFC 6455, sections
// 5 to 7) as a pure codec on byte slices: a [Reader] turns received bytes into
// events, the Append functions turn what the server has to say into bytes.
//
// A Reader is incremental at the grain of frames. Its caller keeps the bytes
// that Next did not take and offers them again with more behind them; however
// the input is cut, the events are the same. Everything a frame's header gives
// away is judged as soon as the header is there, so that a frame over the
// limit is refused without waiting for its payload.
//
// The package does no I/O, keeps no time and sends nothing by itself: that a
// Ping is answered, or that a violation ends a connection, is decided by its
// caller. It knows no extension and no client side.
package frame
