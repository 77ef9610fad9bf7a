/** Assertions for a user's own tests, in the test jar of {@code vivace-tools}. */
package org.vivace.bench.assertions;
