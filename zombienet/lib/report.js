/** Says what a test measured: run.sh shows these lines, and the table at the end holds them. */
const figures = (text) => console.log(`\t figures: ${text}`);

module.exports = { figures };
