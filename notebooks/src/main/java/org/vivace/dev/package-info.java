/** Commands that write this repository's own documents and notebooks from its records and cards. */
@NullMarked
package org.vivace.dev;

import org.jspecify.annotations.NullMarked;
