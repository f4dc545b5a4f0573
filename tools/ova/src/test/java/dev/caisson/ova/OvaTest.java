package dev.caisson.ova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import dev.caisson.signing.Pem;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

class OvaTest {
    private static final String RASD =
            "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData";

    private static OvaDisk disk(String name, int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 7);
        return new OvaDisk(name, ByteSource.of(bytes), DigestAlgorithm.SHA256.of(bytes), 1L << 30, size);
    }

    private static OvfMachine machine(OvfMachine.Controller controller, Optional<OvfSecureBoot> keys) {
        return new OvfMachine(
                "host <1>",
                "Caisson & friends",
                "1.0",
                15,
                2,
                4096,
                controller,
                "VM Network",
                keys,
                true,
                List.of(new OvfProperty("guestinfo.userdata", "User data", "For the first boot", "a\n\"b\"", false)),
                Map.of("sched.mem.pin", "TRUE"));
    }

    private static Document parse(byte[] xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    }

    @Test
    void descriptor_hasUniqueIdsAndOrderedItems() throws Exception {
        OvfSecureBoot keys = new OvfSecureBoot(
                new byte[] {1},
                List.of(new byte[] {2}),
                List.of(new byte[] {3}, new byte[] {4}),
                List.of(new byte[32]));
        for (OvfMachine.Controller controller : OvfMachine.Controller.values()) {
            byte[] xml = OvfDescriptor.generate(
                    machine(controller, Optional.of(keys)), List.of(disk("a.vmdk", 700), disk("b.vmdk", 5)));
            Document document = parse(xml);
            NodeList items = document.getElementsByTagNameNS("*", "Item");
            assertThat(items.getLength()).isEqualTo(6);
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < items.getLength(); i++) {
                List<String> names = new ArrayList<>();
                NodeList children = items.item(i).getChildNodes();
                for (int k = 0; k < children.getLength(); k++) {
                    if (children.item(k).getNodeType() == Node.ELEMENT_NODE) {
                        assertThat(children.item(k).getNamespaceURI()).isEqualTo(RASD);
                        names.add(children.item(k).getLocalName());
                    }
                }
                assertThat(names).isSorted().contains("ElementName", "InstanceID", "ResourceType");
                ids.add(((Element) items.item(i))
                        .getElementsByTagNameNS(RASD, "InstanceID")
                        .item(0)
                        .getTextContent());
            }
            assertThat(ids).hasSize(6);
            String text = new String(xml, StandardCharsets.UTF_8);
            assertThat(text)
                    .contains("ovf:href=\"a.vmdk\" ovf:id=\"file1\" ovf:size=\"700\"")
                    .contains("vmw:key=\"uefi.secureBoot.dbDefault.value1\" vmw:value=\"04\"")
                    .contains("vmw:key=\"uefi.secureBoot.PKDefault.append\" vmw:value=\"FALSE\"")
                    .contains("ovf:value=\"a&#10;&quot;b&quot;\"")
                    .contains("ovf:id=\"host &lt;1&gt;\"");
        }
    }

    @Test
    void descriptor_refusesWhatXmlCannotHold() {
        OvfMachine bad = new OvfMachine(
                "a\u0001",
                "p",
                "1",
                15,
                1,
                1,
                OvfMachine.Controller.NVME,
                "n",
                Optional.empty(),
                true,
                List.of(),
                Map.of());
        assertThatThrownBy(() -> OvfDescriptor.generate(bad, List.of(disk("a.vmdk", 5))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OvfDescriptor.generate(bad, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static LocalSigningKey key() throws Exception {
        return Certificates.selfSigned(
                Certificates.generateRsa(2048, new SecureRandom()),
                new CertificateSpec(
                        "CN=Publisher",
                        BigInteger.valueOf(9),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2036-01-01T00:00:00Z"),
                        CertificateSpec.Usage.AUTHORITY));
    }

    private static byte[] write(OvaPlan plan) throws Exception {
        ArraySink out = new ArraySink();
        plan.writeTo(out);
        assertThat(out.position()).isEqualTo(plan.size());
        return out.toByteArray();
    }

    /** Goes through the archive as an importer does: nothing but plain ustar headers, in order. */
    private static Map<String, byte[]> read(byte[] archive) {
        Map<String, byte[]> files = new java.util.LinkedHashMap<>();
        int at = 0;
        while (archive[at] != 0) {
            String name = new String(archive, at, 100, StandardCharsets.US_ASCII).replace("\0", "");
            assertThat(new String(archive, at + 257, 8, StandardCharsets.US_ASCII))
                    .isEqualTo("ustar\00000");
            assertThat(archive[at + 156]).isEqualTo((byte) '0');
            int size = Integer.parseInt(new String(archive, at + 124, 11, StandardCharsets.US_ASCII), 8);
            files.put(name, Arrays.copyOfRange(archive, at + 512, at + 512 + size));
            at += 512 + (size + 511) / 512 * 512;
        }
        assertThat(archive.length - at).isEqualTo(1024);
        return files;
    }

    @Test
    void archive_orderManifestAndSignature() throws Exception {
        List<OvaDisk> disks = List.of(disk("h-disk1.vmdk", 1_000), disk("h-disk2.vmdk", 512));
        byte[] descriptor = OvfDescriptor.generate(machine(OvfMachine.Controller.PVSCSI, Optional.empty()), disks);
        LocalSigningKey key = key();
        byte[] archive = write(OvaPlan.of("h", descriptor, disks, Optional.of(key), 1_700_000_000));
        assertThat(write(OvaPlan.of("h", descriptor, disks, Optional.of(key), 1_700_000_000)))
                .isEqualTo(archive);
        Map<String, byte[]> files = read(archive);
        assertThat(files.keySet()).containsExactly("h.ovf", "h.mf", "h.cert", "h-disk1.vmdk", "h-disk2.vmdk");
        StringBuilder expected = new StringBuilder();
        for (String name : List.of("h.ovf", "h-disk1.vmdk", "h-disk2.vmdk")) {
            expected.append("SHA256(" + name + ")= "
                    + DigestAlgorithm.SHA256.of(files.get(name)).hex() + "\n");
        }
        assertThat(new String(files.get("h.mf"), StandardCharsets.UTF_8)).isEqualTo(expected.toString());
        String certificate = new String(files.get("h.cert"), StandardCharsets.UTF_8);
        String first = certificate.lines().findFirst().orElseThrow();
        assertThat(first).startsWith("SHA256(h.mf)= ");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(
                Pem.readCertificates(certificate.substring(first.length() + 1).getBytes(StandardCharsets.US_ASCII))
                        .get(0));
        signature.update(files.get("h.mf"));
        assertThat(signature.verify(HexFormat.of().parseHex(first.substring("SHA256(h.mf)= ".length()))))
                .isTrue();
    }

    @Test
    void archive_refusesNamesWithFolders() {
        assertThatThrownBy(() -> OvaPlan.of("h", new byte[1], List.of(disk("a/b.vmdk", 5)), Optional.empty(), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
