/** The one shape that metav1.MicroTime is read in: six digits of a second, never fewer or more. */
export function toMicroTime(instant: Temporal.Instant): string {
  return instant.toString({ fractionalSecondDigits: 6 });
}
