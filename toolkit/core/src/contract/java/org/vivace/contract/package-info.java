/**
 * The contract of efficiency methods as tests: {@link org.vivace.contract.MethodContract}, which a test class of yours
 * implements with a row for each of its methods. It is in the artifact {@code vivace-core} of type {@code test-jar},
 * and needs JUnit 5 and AssertJ.
 */
package org.vivace.contract;
