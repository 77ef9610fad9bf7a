package org.vivace.train;

import java.util.List;

/**
 * Adds methods to the {@link Catalogue}, so that command lines and benches can name them. An artifact with methods
 * lists its provider in {@code META-INF/services/org.vivace.train.MethodProvider}; see {@link java.util.ServiceLoader}.
 */
public interface MethodProvider {

    /** Its methods, in the order in which tables show them, with unique names. */
    List<CatalogueEntry> methods();
}
