/**
 * Methods that make training cheaper, each a Java record whose name is used in recipes, records and the command line.
 * Each declares how it changes the arithmetic, offers that arithmetic as a static function, and gives each run its own
 * hooks.
 */
@NullMarked
package org.vivace.methods;

import org.jspecify.annotations.NullMarked;
