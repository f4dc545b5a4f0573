package dev.caisson.eif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.fixture.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second reading of the specification, in Python, and a second implementation of ECDSA. */
@Tag("oracle")
class IndependentOracleTest {
    @TempDir
    private Path folder;

    @Test
    void pythonFindsTheSameMeasurementsAndChecksum_opensslTheSignature() throws Exception {
        Path python = Oracle.require("python3", "python3");
        Path openssl = Oracle.require("openssl", "openssl");
        EifPlan plan = EifPlan.of(EifTest.contents(3), Optional.of(EifTest.key()));
        Path file = Files.write(folder.resolve("image.eif"), EifTest.write(plan));
        Path script = Files.write(folder.resolve("eif.py"), EifTest.resource("eif.py"));
        String[] lines = Oracle.run(folder, python.toString(), script.toString(), file.toString())
                .split("\n", -1);
        assertThat(lines[0]).isEqualTo("crc ok");
        assertThat(lines[1]).isEqualTo("0 " + plan.measurements().pcr0().hex());
        assertThat(lines[2]).isEqualTo("1 " + plan.measurements().pcr1().hex());
        assertThat(lines[3]).isEqualTo("2 " + plan.measurements().pcr2().hex());
        assertThat(lines[4])
                .isEqualTo("8 " + plan.measurements().pcr8().orElseThrow().hex());
        assertThat(lines[5]).isEqualTo("signed " + plan.measurements().pcr0().hex());
        Oracle.run(
                folder, openssl.toString(), "x509", "-in", "certificate.pem", "-pubkey", "-noout", "-out", "key.pub");
        assertThat(Oracle.run(
                        folder,
                        openssl.toString(),
                        "dgst",
                        "-sha384",
                        "-verify",
                        "key.pub",
                        "-signature",
                        "signature.der",
                        "signed.cbor"))
                .contains("Verified OK");
    }
}
