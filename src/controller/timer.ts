/** Takes an armed timer back; harmless after it has fired. */
export type Disarm = () => void;

/** Calls `fire` once after that many milliseconds of monotonic time. Tests hand in a fake. */
export type Arm = (milliseconds: number, fire: () => void) => Disarm;

export const armTimer: Arm = (milliseconds, fire) => {
  const timer = setTimeout(fire, milliseconds);
  return () => clearTimeout(timer);
};
