package org.vivace.train.planted;

/** Public, though nobody outside its package names it. */
public final class PublicForNobody {

    /** Its own use of itself does not count. */
    public PublicForNobody copy() {
        return new PublicForNobody();
    }
}
