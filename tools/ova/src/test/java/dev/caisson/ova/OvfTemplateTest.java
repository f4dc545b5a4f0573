package dev.caisson.ova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OvfTemplateTest {
    private static final String RIGHT = """
        <?xml version="1.0"?>
        <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
          <References><File ovf:href="${DISK_FILE}" ovf:id="f" ovf:size="${DISK_SIZE}"/></References>
          <DiskSection><Info/><Disk ovf:capacity="${DISK_CAPACITY}" ovf:diskId="d" ovf:fileRef="f"/></DiskSection>
          <!-- $${NAME} is ${NAME} -->
        </Envelope>
        """;

    private static List<String> problems(String template) {
        return OvfTemplate.problems(template, OvfTemplate.REQUIRED).stream()
                .map(p -> p.line() + ":" + p.column() + ": " + p.message())
                .toList();
    }

    @Test
    void problems_haveTheirPlaces() {
        assertThat(problems(RIGHT)).isEmpty();
        assertThat(problems(RIGHT.replace("is ${NAME}", "is \uD83D\uDE00 ${NMAE} ${}")))
                .containsExactly("5:22: unknown placeholder ${NMAE}", "5:30: unknown placeholder ${}");
        assertThat(problems(RIGHT.replace("is ${NAME}", "is ${NAME")))
                .singleElement()
                .asString()
                .startsWith("5:20: unknown placeholder ${NAME");
        assertThat(problems(RIGHT.replace("${DISK_SIZE}", "7")))
                .containsExactly("1:1: placeholder ${DISK_SIZE} is missing");
        assertThat(problems(RIGHT.replace("</References>", "")))
                .singleElement()
                .asString()
                .startsWith("6:3: no XML: ");
        assertThat(problems(RIGHT.replace("Envelope", "Parcel")))
                .singleElement()
                .asString()
                .contains("no Envelope");
        assertThat(problems("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:/etc/hostname\">]>" + RIGHT.substring(22)))
                .anyMatch(text -> text.contains("no XML"));
        assertThat(problems("")).hasSize(4);
    }

    @Test
    void missingForTheDataDisk_isFound() {
        assertThat(OvfTemplate.problems(RIGHT, OvfTemplate.REQUIRED_FOR_DATA)).hasSize(3);
    }

    @Test
    void fill_escapesAndUnescapes() throws Exception {
        assertThat(OvfTemplate.fill("<x n=\"${NAME}\" t=\"$1 $${NAME} \\\"/>", Map.of("NAME", "a&b")))
                .isEqualTo("<x n=\"a&amp;b\" t=\"$1 ${NAME} \\\"/>");
        assertThatThrownBy(() -> OvfTemplate.fill("\n ${OTHER}", Map.of()))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> OvfTemplate.fill("${OTHER", Map.of())).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void values_haveEveryName() {
        OvaDisk disk =
                new OvaDisk("a.vmdk", ByteSource.of(new byte[5]), DigestAlgorithm.SHA256.of(new byte[5]), 1 << 20, 512);
        OvfMachine machine = new OvfMachine(
                "n",
                "p",
                "1",
                20,
                3,
                512,
                OvfMachine.Controller.NVME,
                "net",
                Optional.of(new OvfSecureBoot(
                        new byte[] {1}, List.of(new byte[] {2}), List.of(new byte[] {3}), List.of(new byte[] {4}))),
                true,
                List.of(),
                Map.of());
        Map<String, String> values = OvfTemplate.values(machine, List.of(disk, disk));
        assertThat(values.keySet()).containsExactlyElementsOf(OvfTemplate.NAMES);
        assertThat(values)
                .containsEntry("DB", "03")
                .containsEntry("DISK_CAPACITY", "1048576")
                .containsEntry("DATA_DISK_FILE", "a.vmdk")
                .containsEntry("SECURE_BOOT", "true");
    }
}
