/** A command line that cannot be understood: the usage is printed below the message. */
export class WrongUsage extends Error {
  override name = 'WrongUsage';
}
