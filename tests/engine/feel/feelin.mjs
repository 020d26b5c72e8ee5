// Reads one JSON request a line, {"text", "input"?}, and answers with one line each: {"value"} or {"error"}.
import { createInterface } from 'node:readline';
import { evaluate, unaryTest, isFunction, isRange, FeelDate, FeelTime, FeelDateTime, FeelDuration } from 'feelin';

function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { kind: 'no number', value: String(value) };
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof FeelDate) return { kind: 'date', value: value.toString() };
  if (value instanceof FeelTime) return { kind: 'time', value: value.toString() };
  if (value instanceof FeelDateTime) return { kind: 'date and time', value: value.toString() };
  if (value instanceof FeelDuration) return { kind: 'duration', value: value.toString() };
  if (isRange(value)) {
    const flags = [ value['start included'], value['end included'] ];
    return { kind: 'range', value: [ plain(value.start), plain(value.end), ...flags ] };
  }
  if (isFunction(value) || typeof value === 'function') return { kind: 'function', value: '' };
  return { kind: 'context', value: Object.entries(value).map(([ key, one ]) => [ key, plain(one) ]) };
}

function answer({ text, input }) {
  try {
    const found = input === undefined ? evaluate(text, {}) : unaryTest(text, { '?': evaluate(input, {}).value });
    return { value: plain(found.value) };
  } catch (error) {
    return { error: `${error.name}: ${error.message}`.slice(0, 80) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n');
}
