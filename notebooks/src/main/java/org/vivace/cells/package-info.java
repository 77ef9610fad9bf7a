/** Support for notebooks: checks, exercises, kept records, and a talk's measurements with a time limit. */
@NullMarked
package org.vivace.cells;

import org.jspecify.annotations.NullMarked;
