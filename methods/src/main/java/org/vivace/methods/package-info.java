/**
 * Methods that make training cheaper, each a record under the name that recipes, records and the command line give it. It
 * states what it does to the arithmetic, offers that arithmetic as a static function, and gives each run hooks of its own.
 */
@NullMarked
package org.vivace.methods;

import org.jspecify.annotations.NullMarked;
