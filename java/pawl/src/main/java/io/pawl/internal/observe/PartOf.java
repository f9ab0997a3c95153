package io.pawl.internal.observe;

/**
 * A part of a public object: what a thread waits for may be one, and reports tell of the whole.
 *
 * <p>For classes that are not public. A public class is made known by a {@link PartFinder}, so that
 * it has no method more.
 */
public interface PartOf {

  /**
   * What this is a part of.
   *
   * @return the object, which may be a part itself
   */
  Object subject();
}
