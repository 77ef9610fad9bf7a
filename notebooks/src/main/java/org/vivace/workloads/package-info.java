/** The workloads that have a name: models on text, mails and images to learn from, and models of DJL's to time. */
@NullMarked
package org.vivace.workloads;

import org.jspecify.annotations.NullMarked;
