package dev.caisson.rpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileCapabilitiesTest {
    /** Values as setcap(8) writes them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cap_net_raw=ep | 0100000200200000000000000000000000000000",
                "cap_net_raw+ep | 0100000200200000000000000000000000000000",
                "cap_net_admin,cap_net_raw=p | 0000000200300000000000000000000000000000",
                "cap_chown=ip | 0000000201000000010000000000000000000000",
                "CAP_BPF=ep | 0100000200000000000000008000000000000000",
                "= cap_chown+ep | 0100000201000000000000000000000000000000",
                "cap_chown,cap_kill=ep cap_kill-ep | 0100000201000000000000000000000000000000",
                "cap_chown=p+e | 0100000201000000000000000000000000000000"
            })
    void parse_asSetcap(String text, String hex) throws Exception {
        assertThat(HexFormat.of().formatHex(FileCapabilities.parse(text).toXattr()))
                .isEqualTo(hex);
    }

    @Test
    void all() throws Exception {
        assertThat(FileCapabilities.parse("all=ep")).isEqualTo(FileCapabilities.parse("=ep"));
        assertThat(FileCapabilities.parse("=ep").permitted()).isEqualTo((1L << 41) - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cap_net_raw", "+ep", "cap_nothing=ep", "cap_chown=x", "cap_chown=ep cap_kill=p", ",=p"})
    void malformed_isRefused(String text) {
        assertThatThrownBy(() -> FileCapabilities.parse(text)).isInstanceOf(FormatException.class);
    }
}
