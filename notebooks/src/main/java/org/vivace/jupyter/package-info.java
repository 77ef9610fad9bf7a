/** The Java kernel in Jupyter: its registration, running notebooks in it, and how values are shown in a cell. */
@NullMarked
package org.vivace.jupyter;

import org.jspecify.annotations.NullMarked;
