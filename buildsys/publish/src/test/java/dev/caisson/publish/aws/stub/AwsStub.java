package dev.caisson.publish.aws.stub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A strict EBS, EC2, Systems Manager, KMS and STS on the loopback interface. It verifies every signature by computing it anew,
 * refuses parameters it does not know, checks lengths, checksums and counts, keeps regions apart by the signature's scope, lets
 * things be pending and unseen for a while, and fails as a plan says. What no request may cause is noted in
 * {@link Cloud#violations}.
 */
public final class AwsStub implements AutoCloseable {
    /** The account. */
    public static final String ACCOUNT = "111122223333";

    /** Long-lived credentials that are taken. */
    public static final String ACCESS_KEY = "AKIDEXAMPLEEXAMPLE00";

    /** Their secret. */
    public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /** A web identity that is taken. */
    public static final String WEB_IDENTITY = "web.identity.token";

    /** Secret of the credentials that the web identity gets. */
    public static final String ROLE_SECRET = "rOlE/SeCrEtrOlE/SeCrEtrOlE/SeCrEt";

    private static final String ROLE_KEY = "ASIAEXAMPLEEXAMPLE00";
    private static final String ROLE_TOKEN = "session/token==";

    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(8);
    private final Cloud cloud = new Cloud();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Map<String, String> secrets = new ConcurrentHashMap<>(Map.of(ACCESS_KEY, SECRET_KEY));
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private volatile Fault.Plan faults = (action, number) -> Fault.NONE;

    /** An answer before it is sent. */
    record Answer(int status, String type, String body, Map<String, String> headers) {
        static Answer json(int status, JsonObject body) {
            return new Answer(status, "application/json", Json.canonical(body), new LinkedHashMap<>());
        }

        static Answer xml(String root, String body) {
            return new Answer(
                    200,
                    "text/xml",
                    "<?xml version=\"1.0\"?><" + root + ">" + body + "</" + root + ">",
                    new LinkedHashMap<>());
        }

        Answer header(String name, String value) {
            headers.put(name, value);
            return this;
        }
    }

    public AwsStub() throws IOException {
        // Else an answer waits for the acknowledgement of its header.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What the account holds; look at it between requests only. */
    public Cloud cloud() {
        return cloud;
    }

    /** What goes wrong from now on. */
    public void faults(Fault.Plan plan) {
        faults = plan;
    }

    /** All requests so far: region, action and fault. */
    public List<String> log() {
        return log;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String service = scope(exchange);
            Answer answer;
            try {
                if (isWebIdentity(exchange, body)) {
                    answer = webIdentity(form(new String(body, StandardCharsets.UTF_8)));
                } else {
                    SignatureCheck check = SignatureCheck.of(exchange, body, secrets, tokens, Instant.now());
                    String action = action(exchange, check, body);
                    Fault fault = faults.decide(service + ":" + action, requests.getAndIncrement());
                    log.add(check.region() + " " + service + ":" + action + (fault == Fault.NONE ? "" : " " + fault));
                    answer = answer(exchange, check, action, body, fault);
                }
            } catch (StubFailure e) {
                answer = failure(service, e);
            } catch (FormatException | RuntimeException e) {
                answer = failure(service, new StubFailure(400, "ValidationException", e.toString()));
            }
            if (answer != null) {
                send(exchange, answer);
            }
        }
    }

    /** The service that a request says it is for, so that even a refused signature is answered in its form. */
    private static String scope(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        String[] parts = header == null ? new String[0] : header.split("/");
        return parts.length > 3 ? parts[3] : "sts";
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000");
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Answer answer(HttpExchange exchange, SignatureCheck check, String action, byte[] body, Fault fault)
            throws FormatException {
        switch (fault) {
            case THROTTLE -> throw throttle(check.service());
            case ERROR -> throw new StubFailure(503, "InternalError", "An internal error has occurred");
            case DENIED ->
                throw new StubFailure(
                        check.service().equals("ec2") ? 403 : 400,
                        check.service().equals("ec2") ? "UnauthorizedOperation" : "AccessDeniedException",
                        "You are not authorized. Encoded authorization failure message: abcdef");
            case DROP -> {
                return null;
            }
            default -> {}
        }
        Answer answer;
        synchronized (cloud) {
            answer = serve(exchange, check, action, body);
            if (fault == Fault.TWICE) {
                answer = serve(exchange, check, action, body);
            }
        }
        if (fault == Fault.ERROR_AFTER) {
            throw new StubFailure(500, "InternalError", "An internal error has occurred");
        }
        if (fault == Fault.SLOW) {
            try {
                Thread.sleep(150);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return fault == Fault.DROP_AFTER ? null : answer;
    }

    private static StubFailure throttle(String service) {
        return switch (service) {
            case "ec2" -> new StubFailure(503, "RequestLimitExceeded", "Request limit exceeded.");
            case "ebs" -> new StubFailure(400, "RequestThrottledException", "Rate exceeded");
            default -> new StubFailure(400, "ThrottlingException", "Rate exceeded");
        };
    }

    private static String action(HttpExchange exchange, SignatureCheck check, byte[] body) {
        switch (check.service()) {
            case "ebs":
                return EbsStub.action(exchange);
            case "ec2", "sts":
                Map<String, String> form = form(new String(body, StandardCharsets.UTF_8));
                String version = check.service().equals("ec2") ? "2016-11-15" : "2011-06-15";
                if (!version.equals(form.get("Version"))) {
                    throw StubFailure.invalid("NoSuchVersion", form.get("Version"));
                }
                return form.getOrDefault("Action", "");
            default:
                String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
                String prefix = check.service().equals("ssm") ? "AmazonSSM." : "TrentService.";
                if (target == null || !target.startsWith(prefix)) {
                    throw StubFailure.invalid("UnknownOperationException", String.valueOf(target));
                }
                return target.substring(prefix.length());
        }
    }

    private Answer serve(HttpExchange exchange, SignatureCheck check, String action, byte[] body)
            throws FormatException {
        Cloud.Region region = cloud.region(check.region());
        switch (check.service()) {
            case "ebs":
                return new EbsStub(cloud, region).answer(action, exchange, body);
            case "ec2":
                Map<String, String> form = form(new String(body, StandardCharsets.UTF_8));
                return Answer.xml(action + "Response", new Ec2Stub(cloud, check.region(), form).answer(action));
            case "sts":
                return Answer.xml(
                        action + "Response",
                        "<" + action + "Result><Arn>arn:aws:iam::" + ACCOUNT
                                + ":user/publisher</Arn><UserId>AID</UserId>" + "<Account>" + ACCOUNT + "</Account></"
                                + action + "Result>");
            case "kms":
                return Answer.json(200, describeKey(region, Json.parseObject(body)));
            default:
                return Answer.json(200, parameters(region, action, Json.parseObject(body)));
        }
    }

    private static JsonObject describeKey(Cloud.Region region, JsonObject request) throws FormatException {
        String state = region.keys.get(request.string("KeyId"));
        if (state == null) {
            throw StubFailure.invalid("NotFoundException", "no key " + request.string("KeyId"));
        }
        return JsonObject.of()
                .put(
                        "KeyMetadata",
                        JsonObject.of()
                                .put("KeyId", "key")
                                .put("Arn", request.string("KeyId"))
                                .put("KeyState", state));
    }

    private static JsonObject parameters(Cloud.Region region, String action, JsonObject request)
            throws FormatException {
        switch (action) {
            case "GetParameters":
                List<String> names = request.strings("Names");
                if (names.isEmpty() || names.size() > 10) {
                    throw StubFailure.invalid("ValidationException", names.size() + " names");
                }
                JsonArray found = JsonArray.of();
                JsonArray invalid = JsonArray.of();
                for (String name : names) {
                    if (region.parameters.containsKey(name)) {
                        found.add(JsonObject.of()
                                .put("Name", name)
                                .put("Type", "String")
                                .put("Value", region.parameters.get(name)));
                    } else {
                        invalid.add(name);
                    }
                }
                return JsonObject.of().put("Parameters", found).put("InvalidParameters", invalid);
            case "PutParameter":
                putParameter(region, request);
                return JsonObject.of().put("Version", 1).put("Tier", "Standard");
            case "DeleteParameter":
                if (region.parameters.remove(request.string("Name")) == null) {
                    throw StubFailure.invalid("ParameterNotFound", request.string("Name"));
                }
                return JsonObject.of();
            default:
                throw StubFailure.invalid("UnknownOperationException", action);
        }
    }

    private static void putParameter(Cloud.Region region, JsonObject request) throws FormatException {
        request.requireOnly(java.util.Set.of("Name", "Value", "Type", "DataType", "Overwrite"));
        String value = request.string("Value");
        if (!request.string("Type").equals("String")
                || value.isEmpty()
                || !request.string("Name").startsWith("/")) {
            throw StubFailure.invalid("ValidationException", "Name, Type or Value");
        }
        if (region.parameters.containsKey(request.string("Name"))
                && !request.optionalBool("Overwrite").orElse(false)) {
            throw StubFailure.invalid("ParameterAlreadyExists", request.string("Name"));
        }
        if (request.optionalString("DataType").orElse("text").equals("aws:ec2:image")) {
            Cloud.Image image = region.images.get(value);
            if (image == null || !image.state.equals("available")) {
                throw StubFailure.invalid("ValidationException", "no available image " + value);
            }
        }
        region.parameters.put(request.string("Name"), value);
    }

    private static boolean isWebIdentity(HttpExchange exchange, byte[] body) {
        return exchange.getRequestHeaders().getFirst("Authorization") == null
                && body.length < 10_000
                && new String(body, StandardCharsets.UTF_8).contains("Action=AssumeRoleWithWebIdentity");
    }

    private Answer webIdentity(Map<String, String> form) {
        if (!WEB_IDENTITY.equals(form.get("WebIdentityToken"))
                || !form.get("RoleArn").startsWith("arn:aws:iam::")) {
            throw StubFailure.invalid("InvalidIdentityToken", "not the token");
        }
        secrets.put(ROLE_KEY, ROLE_SECRET);
        tokens.put(ROLE_KEY, ROLE_TOKEN);
        log.add("sts:AssumeRoleWithWebIdentity");
        return Answer.xml(
                "AssumeRoleWithWebIdentityResponse",
                "<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>" + ROLE_KEY
                        + "</AccessKeyId><SecretAccessKey>" + ROLE_SECRET + "</SecretAccessKey><SessionToken>"
                        + ROLE_TOKEN
                        + "</SessionToken><Expiration>" + Instant.now().plusSeconds(3600)
                        + "</Expiration></Credentials></AssumeRoleWithWebIdentityResult>");
    }

    private static Answer failure(String service, StubFailure failure) {
        if (service.equals("ec2") || service.equals("sts")) {
            String error = "<Code>" + failure.code() + "</Code><Message>"
                    + String.valueOf(failure.getMessage()).replace("<", "&lt;") + "</Message>";
            String body = service.equals("ec2")
                    ? "<Response><Errors><Error>" + error + "</Error></Errors><RequestID>0</RequestID></Response>"
                    : "<ErrorResponse><Error>" + error + "</Error></ErrorResponse>";
            return new Answer(failure.status(), "text/xml", body, new LinkedHashMap<>());
        }
        return new Answer(
                        failure.status(),
                        "application/json",
                        Json.canonical(JsonObject.of()
                                .put("__type", failure.code())
                                .put("message", String.valueOf(failure.getMessage()))
                                .put("Message", String.valueOf(failure.getMessage()))),
                        new LinkedHashMap<>())
                .header("x-amzn-ErrorType", failure.code());
    }

    static Map<String, String> form(String text) {
        Map<String, String> form = new TreeMap<>();
        for (String part : (text == null ? "" : text).split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                form.put(
                        URLDecoder.decode(part.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
