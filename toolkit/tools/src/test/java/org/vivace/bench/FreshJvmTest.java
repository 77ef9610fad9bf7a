package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FreshJvmTest {

    @Test
    void takesTheKernelsClassPath() {
        Map<String, String> properties = Map.of("vivace.classpath", "one.jar", "java.class.path", "kernel.jar");
        Map<String, String> environment = Map.of("VIVACE_CLASSPATH", "two.jar");
        assertThat(FreshJvm.classPath(properties::get, environment::get)).isEqualTo("one.jar");
        assertThat(FreshJvm.classPath(Map.of("java.class.path", "kernel.jar")::get, environment::get))
                .isEqualTo("two.jar");
        assertThat(FreshJvm.classPath(Map.of("java.class.path", "kernel.jar")::get, name -> null))
                .isEqualTo("kernel.jar");
    }
}
