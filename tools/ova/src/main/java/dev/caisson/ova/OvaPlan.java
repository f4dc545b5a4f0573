package dev.caisson.ova;

import dev.caisson.archive.UstarHeader;
import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Plan;
import dev.caisson.signing.SigningKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An OVA: its files and their order are fixed, and its size is known. */
public final class OvaPlan implements Plan {
    private record Member(String name, ByteSource content) {
        long padded() {
            return (content.size() + UstarHeader.BLOCK - 1) / UstarHeader.BLOCK * UstarHeader.BLOCK;
        }
    }

    private final List<Member> members;
    private final long epochSeconds;

    private OvaPlan(List<Member> members, long epochSeconds) {
        this.members = members;
        this.epochSeconds = epochSeconds;
    }

    /**
     * A package: NAME.ovf, NAME.mf, NAME.cert when there is a key, then the disks.
     *
     * @param descriptor the OVF descriptor, which refers to the disks in their order
     * @param key signs the manifest
     * @param epochSeconds time of all files
     * @throws IOException when the key cannot be used
     */
    public static OvaPlan of(
            String name, byte[] descriptor, List<OvaDisk> disks, Optional<SigningKey> key, long epochSeconds)
            throws IOException {
        Map<String, Digest> digests = new LinkedHashMap<>();
        digests.put(name + ".ovf", DigestAlgorithm.SHA256.of(descriptor));
        disks.forEach(disk -> digests.put(disk.fileName(), disk.digest()));
        byte[] manifest = OvfManifest.encode(digests);
        List<Member> members = new ArrayList<>();
        members.add(new Member(name + ".ovf", ByteSource.of(descriptor)));
        members.add(new Member(name + ".mf", ByteSource.of(manifest)));
        if (key.isPresent()) {
            byte[] certificate = OvfManifest.certificate(name + ".mf", manifest, key.get());
            members.add(new Member(name + ".cert", ByteSource.of(certificate)));
        }
        disks.forEach(disk -> members.add(new Member(disk.fileName(), disk.file())));
        // Names and sizes that the archive cannot hold show here, not after gigabytes.
        members.forEach(member -> UstarHeader.encode(member.name, member.content.size(), epochSeconds));
        return new OvaPlan(List.copyOf(members), epochSeconds);
    }

    @Override
    public long size() {
        return members.stream()
                        .mapToLong(member -> UstarHeader.BLOCK + member.padded())
                        .sum()
                + 2 * UstarHeader.BLOCK;
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        for (Member member : members) {
            out.write(UstarHeader.encode(member.name, member.content.size(), epochSeconds));
            member.content.copyTo(out);
            out.zeros(member.padded() - member.content.size());
        }
        out.write(new byte[2 * UstarHeader.BLOCK]);
    }
}
