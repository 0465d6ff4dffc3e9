// has-block.mjs PORT NUMBER: ends with 0 when the chain at 127.0.0.1:PORT has that block.
const [port, number] = process.argv.slice(2);
const answer = await fetch(`http://127.0.0.1:${port}`, {
	method: "POST",
	headers: { "content-type": "application/json" },
	body: JSON.stringify({ id: 1, jsonrpc: "2.0", method: "chain_getHeader", params: [] }),
	signal: AbortSignal.timeout(5000),
});
const { result } = await answer.json();
process.exit(Number(result.number) >= Number(number) ? 0 : 1);
