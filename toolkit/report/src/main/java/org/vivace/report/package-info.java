/** Records as tables, plots, sentences and one HTML page. */
@NullMarked
package org.vivace.report;

import org.jspecify.annotations.NullMarked;
