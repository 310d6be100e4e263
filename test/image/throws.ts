/** Throws in line 3, for who asks which line a stack names. */
class Expected extends Error {}
throw new Expected();
