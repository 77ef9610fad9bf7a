/** What notebooks use beside the library: checks, exercises, kept records, and a talk's measurements under a time limit. */
@NullMarked
package org.vivace.cells;

import org.jspecify.annotations.NullMarked;
