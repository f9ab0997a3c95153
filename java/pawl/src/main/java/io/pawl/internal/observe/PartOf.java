package io.pawl.internal.observe;

/**
 * A part of a public object: what a thread waits for may be one, and reports tell of the whole.
 *
 * <p>For classes that nobody sees. Of others a {@link Parts} tells, so that they have no method
 * more.
 */
public interface PartOf {

  /**
   * What this is a part of.
   *
   * @return the object, which may be a part itself
   */
  Object subject();
}
