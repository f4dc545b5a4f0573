package dev.caisson.publish.vsphere;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.ova.OvaDisk;
import dev.caisson.ova.OvaPackage;
import dev.caisson.ova.OvaPlan;
import dev.caisson.ova.OvfDescriptor;
import dev.caisson.ova.OvfMachine;
import dev.caisson.ova.OvfProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Small packages. Their disks are noise: the simulator counts bytes and looks at none. */
final class Packages {
    private Packages() {}

    static byte[] bytes(int disks, int seed) throws Exception {
        List<OvaDisk> all = new ArrayList<>();
        for (int i = 0; i < disks; i++) {
            byte[] content = new byte[200_000 + i];
            new Random(seed + i).nextBytes(content);
            all.add(new OvaDisk(
                    "host-disk" + (i + 1) + ".vmdk",
                    ByteSource.of(content),
                    DigestAlgorithm.SHA256.of(content),
                    1L << 30,
                    content.length));
        }
        OvfMachine machine = new OvfMachine(
                "host",
                "Host & more",
                "1.0",
                15,
                3,
                1024,
                OvfMachine.Controller.PVSCSI,
                "VM Network",
                Optional.empty(),
                true,
                List.of(
                        new OvfProperty("guestinfo.userdata", "User data", "", "", false),
                        new OvfProperty("guestinfo.token", "Token", "", "", true)),
                Map.of());
        ArraySink out = new ArraySink();
        OvaPlan.of("host", OvfDescriptor.generate(machine, all), all, Optional.empty(), 0)
                .writeTo(out);
        return out.toByteArray();
    }

    static OvaRequest request(byte[] ova, String name, boolean replace, OvaRequest.Destination destination)
            throws Exception {
        return new OvaRequest(
                OvaPackage.open(ByteSource.of(ova)),
                DigestAlgorithm.SHA256.of(ova).hex(),
                name,
                "host 1.0 <x86_64>",
                replace,
                destination);
    }

    static OvaRequest.Machine machine(boolean template, Map<String, String> properties) {
        return new OvaRequest.Machine(
                Optional.empty(),
                Optional.of("LocalDS_0"),
                Optional.empty(),
                Optional.of("DC0_C0"),
                Map.of(),
                true,
                properties,
                template);
    }
}
