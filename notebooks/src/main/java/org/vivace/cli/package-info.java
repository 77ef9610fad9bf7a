/** The command line: {@code ./vivace COMMAND}. */
@NullMarked
package org.vivace.cli;

import org.jspecify.annotations.NullMarked;
