/** For tests of a user's own, in the test jar of {@code vivace-tools}. */
package org.vivace.bench.assertions;
