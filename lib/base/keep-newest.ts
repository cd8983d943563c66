/** Puts an entry last in a map of at most `maxSize`, and lets the oldest go. */
export function keepNewest<Value>(
  map: Map<string, Value>,
  key: string,
  value: Value,
  maxSize: number,
): Value {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxSize) map.delete(map.keys().next().value!);
  return value;
}
