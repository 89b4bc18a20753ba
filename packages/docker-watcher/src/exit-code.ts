/** The exit code in the attributes of a `die` event: Docker's `exitCode`, Podman's `containerExitCode`. */
export function exitCodeOf(attributes: Readonly<Record<string, string>>): number | undefined {
  const text = attributes['exitCode'] ?? attributes['containerExitCode'];
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
