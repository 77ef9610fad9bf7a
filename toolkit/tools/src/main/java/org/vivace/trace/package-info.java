/** What a profiler wrote down of a step, operator by operator, with the block and the phase of each. */
package org.vivace.trace;
