package org.vivace.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a workload's size is, for the help of the command line. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Described {

    /** A sentence. */
    String value();

    /** What stands in place of the value, such as {@code N}. */
    String label() default "N";

    /** The default in words where its number says nothing; empty for the value itself. */
    String byDefault() default "";
}
