package org.vivace.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a workload's size in the command line's help. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Described {

    /** A sentence. */
    String value();

    /** The placeholder of the value, such as {@code N}. */
    String label() default "N";

    /** The default in words, where the number alone is unclear; empty for the value itself. */
    String byDefault() default "";
}
