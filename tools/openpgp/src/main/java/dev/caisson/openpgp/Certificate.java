package dev.caisson.openpgp;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/**
 * A transferable public key (RFC 9580 §10.1): a primary key with its direct signatures, user ids and subkeys, each with the
 * signatures that follow it. Signatures stay packets here, since the library's signature objects carry state.
 */
final class Certificate {
    /** A key or user id and the signatures that stand behind it. */
    static final class Component {
        private final Packet packet;
        private final PGPPublicKey key;
        private final List<Packet> signatures = new ArrayList<>();

        private Component(Packet packet, PGPPublicKey key) {
            this.packet = packet;
            this.key = key;
        }

        PGPPublicKey key() {
            return key;
        }

        byte[] userId() {
            return packet.body();
        }

        List<Packet> signatures() {
            return signatures;
        }
    }

    private final Component primary;
    private final List<Component> userIds = new ArrayList<>();
    private final List<Component> subkeys = new ArrayList<>();

    private Certificate(Component primary) {
        this.primary = primary;
    }

    Component primary() {
        return primary;
    }

    List<Component> userIds() {
        return userIds;
    }

    List<Component> subkeys() {
        return subkeys;
    }

    /** Groups the packets of a keyring; certificates and subkeys of unknown versions and algorithms are passed over. */
    static List<Certificate> group(List<Packet> packets) throws FormatException {
        List<Certificate> certificates = new ArrayList<>();
        Certificate current = null;
        Component section = null;
        boolean started = false;
        for (Packet packet : packets) {
            switch (packet.tag()) {
                case Packet.PUBLIC_KEY -> {
                    started = true;
                    section = parseKey(packet).orElse(null);
                    current = section == null ? null : new Certificate(section);
                    if (current != null) {
                        certificates.add(current);
                    }
                }
                case Packet.SECRET_KEY, Packet.SECRET_SUBKEY ->
                    throw new UnsupportedFeatureException(
                            "keyring", packet.offset(), "holds a secret key", "public keys only");
                case Packet.PUBLIC_SUBKEY -> {
                    section = current == null ? null : parseKey(packet).orElse(null);
                    if (section != null) {
                        current.subkeys.add(section);
                    }
                }
                case Packet.USER_ID -> {
                    section = new Component(packet, null);
                    if (current != null) {
                        current.userIds.add(section);
                    }
                }
                case Packet.USER_ATTRIBUTE -> section = null;
                case Packet.SIGNATURE -> {
                    if (section != null) {
                        section.signatures.add(packet);
                    }
                }
                default -> {
                    // Trust, marker, padding and private packets say nothing about validity.
                }
            }
            if (!started && isKeyMaterial(packet)) {
                String actual = "starts with a packet of type " + packet.tag();
                throw new CorruptDataException("keyring", packet.offset(), actual, "a public key packet");
            }
        }
        return certificates;
    }

    private static boolean isKeyMaterial(Packet packet) {
        return packet.tag() == Packet.SIGNATURE
                || packet.tag() == Packet.USER_ID
                || packet.tag() == Packet.PUBLIC_SUBKEY;
    }

    private static Optional<Component> parseKey(Packet packet) throws FormatException {
        if (packet.version() != 4 && packet.version() != 6) {
            return Optional.empty();
        }
        packet.checkKeyFraming();
        try {
            BCPGInputStream in = new BCPGInputStream(new ByteArrayInputStream(packet.encoded()));
            if (in.readPacket() instanceof PublicKeyPacket key) {
                return Optional.of(new Component(packet, new PGPPublicKey(key, new BcKeyFingerprintCalculator())));
            }
            return Optional.empty();
        } catch (IOException | PGPException | RuntimeException e) {
            // The library throws these alike for damage and for algorithms that it does not know: either way no key to
            // trust.
            return Optional.empty();
        }
    }
}
