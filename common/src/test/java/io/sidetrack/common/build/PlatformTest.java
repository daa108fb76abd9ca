package io.sidetrack.common.build;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({"Linux,amd64", "Linux,aarch64", "Mac OS X,x86_64", "Mac OS X,aarch64"})
    void linuxAndMacOsOnTwoProcessorsAreSupported(String system, String processor) {
        assertThatCode(() -> new Platform(system, processor).requireNativeLibraries())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"Windows 11,amd64", "Linux,s390x", "Linux,i386", "FreeBSD,amd64", "'',''"})
    void anyOtherPlatformIsRefusedInOneLineThatNamesIt(String system, String processor) {
        assertThatThrownBy(() -> new Platform(system, processor).requireNativeLibraries())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(system + " on " + processor)
                .hasMessageContaining("Run it on Linux")
                .message()
                .hasLineCount(1);
    }

    @Test
    void thisPlatformIsReadFromTheSystemProperties() {
        Platform.of(System.getProperties()).requireNativeLibraries();
    }
}
