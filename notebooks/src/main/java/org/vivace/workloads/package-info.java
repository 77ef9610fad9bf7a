/** The named workloads: models to train on text, mails and images, and DJL's own models to time. */
@NullMarked
package org.vivace.workloads;

import org.jspecify.annotations.NullMarked;
