// Inline code between runs of backticks of the same length.

// What begins with the run at ``at``: {inner, end}, or {end} of a run that nothing closes, which
// is plain as a whole. No other reading is tried: 2,000 backticks took seconds that way.
export function codeSpan(text, at) {
  const size = runLength(text, at);
  let close = text.indexOf("`", at + size);
  while (close >= 0) {
    const length = runLength(text, close);
    if (length === size) return { inner: text.slice(at + size, close), end: close + length };
    close = text.indexOf("`", close + length);
  }
  return { end: at + size };
}

function runLength(text, at) {
  let end = at;
  while (text[end] === "`") end += 1;
  return end - at;
}
