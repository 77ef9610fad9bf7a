/** What a model costs, before it runs: FLOPs, bytes, memory and time. {@link org.vivace.estimate.Estimator} is the door. */
package org.vivace.estimate;
