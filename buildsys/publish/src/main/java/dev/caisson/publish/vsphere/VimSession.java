package dev.caisson.publish.vsphere;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A session with the vSphere Web Services API ({@code urn:vim25}, SOAP 1.1 at {@code /sdk}). Reads are repeated when the connection
 * breaks; what changes something is not, since nobody knows whether it was done.
 */
final class VimSession implements AutoCloseable {
    private static final ManagedObject SERVICE = new ManagedObject("ServiceInstance", "ServiceInstance");
    private static final String ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
    private static final int TRIES = 4;
    private static final long FIRST_PAUSE = 500;
    private static final long LONGEST_PAUSE = 5_000;
    private static final int MOST_POLLS = 1_440;

    private final Transport transport;
    private final Pause pause;
    private volatile String cookie = "";
    private XmlElement content;

    VimSession(Transport transport, Pause pause) {
        this.transport = transport;
        this.pause = pause;
    }

    /** Logs in. */
    void open() throws IOException {
        content = read("RetrieveServiceContent", SERVICE, body -> {}).required("returnval");
        call(
                "Login",
                service("sessionManager"),
                body -> body.value("userName", transport.server().username())
                        .value("password", transport.server().password().reveal()));
    }

    /** An object of the service's content, such as {@code ovfManager}. */
    ManagedObject service(String name) throws IOException {
        return content.required(name).reference();
    }

    /** Name and version of the server. */
    String about() {
        return content.child("about").map(about -> about.text("fullName")).orElse("");
    }

    /** Calls a method that only reads; repeats it when the connection breaks. */
    XmlElement read(String method, ManagedObject object, Consumer<XmlText> arguments) throws IOException {
        for (int i = 1; ; i++) {
            try {
                return call(method, object, arguments);
            } catch (SoapFault e) {
                throw e;
            } catch (IOException e) {
                if (i == TRIES) {
                    throw e;
                }
                sleep(FIRST_PAUSE << i);
            }
        }
    }

    /** Calls a method once; the result is the element {@code METHODResponse}. */
    XmlElement call(String method, ManagedObject object, Consumer<XmlText> arguments) throws IOException {
        XmlText body = new XmlText();
        body.begin(method).attribute("xmlns", "urn:vim25").reference("_this", object);
        arguments.accept(body);
        body.end();
        String envelope = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"" + ENVELOPE
                + "\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
                + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>"
                + body + "</soapenv:Body></soapenv:Envelope>";
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "text/xml; charset=utf-8");
        headers.put("SOAPAction", "urn:vim25/6.5");
        if (!cookie.isEmpty()) {
            headers.put("Cookie", cookie);
        }
        Transport.Answer answer = transport.send("POST", "/sdk", headers, envelope.getBytes(StandardCharsets.UTF_8));
        answer.cookie().ifPresent(text -> cookie = text);
        return result(method, answer);
    }

    private XmlElement result(String method, Transport.Answer answer) throws IOException {
        if (answer.status() != 200 && answer.status() != 500) {
            throw new IOException(method + ": HTTP status " + answer.status());
        }
        XmlElement body;
        try {
            body = XmlElement.parse(answer.body()).required("Body");
        } catch (IOException e) {
            throw new IOException(method + ": HTTP status " + answer.status() + ", " + e.getMessage(), e);
        }
        Optional<XmlElement> fault = body.child("Fault");
        if (fault.isPresent()) {
            List<XmlElement> detail =
                    fault.get().child("detail").map(XmlElement::children).orElse(List.of());
            String type = detail.isEmpty() ? "" : detail.get(0).type();
            String name =
                    type.isEmpty() && !detail.isEmpty() ? detail.get(0).name().replaceFirst("Fault$", "") : type;
            throw new SoapFault(method, name, clean(fault.get().text("faultstring")));
        }
        return body.required(method + "Response");
    }

    /** Should a server ever repeat what it was told. */
    private String clean(String text) {
        String one = text.strip().replaceAll("\\s+", " ");
        return transport.server().password().removedFrom(one.isEmpty() ? "refused" : one);
    }

    /** Properties of an object by name; those that are not set are missing. */
    Map<String, XmlElement> properties(ManagedObject object, String... names) throws IOException {
        List<Map<String, XmlElement>> all = properties(List.of(object), object.type(), names);
        if (all.isEmpty()) {
            throw new IOException(object.type() + " " + object.value() + " is not there");
        }
        return all.get(0);
    }

    /** Properties of objects of one type, in the order of the objects. */
    List<Map<String, XmlElement>> properties(List<ManagedObject> objects, String type, String... names)
            throws IOException {
        if (objects.isEmpty()) {
            return List.of();
        }
        XmlElement answer = read("RetrievePropertiesEx", service("propertyCollector"), body -> {
            body.begin("specSet").begin("propSet").value("type", type);
            for (String name : names) {
                body.value("pathSet", name);
            }
            body.end();
            for (ManagedObject object : objects) {
                body.begin("objectSet").reference("obj", object).end();
            }
            body.end().begin("options").end();
        });
        Map<ManagedObject, Map<String, XmlElement>> found = new LinkedHashMap<>();
        for (XmlElement object : answer.required("returnval").children("objects")) {
            Map<String, XmlElement> properties = new LinkedHashMap<>();
            for (XmlElement property : object.children("propSet")) {
                properties.put(property.text("name"), property.required("val"));
            }
            found.put(object.required("obj").reference(), properties);
        }
        List<Map<String, XmlElement>> ordered = new ArrayList<>();
        for (ManagedObject object : objects) {
            Map<String, XmlElement> properties = found.get(object);
            if (properties != null) {
                ordered.add(properties);
            }
        }
        return ordered;
    }

    /** Starts a task and waits for its end. */
    void run(String method, ManagedObject object, Consumer<XmlText> arguments) throws IOException {
        ManagedObject task =
                call(method, object, arguments).required("returnval").reference();
        for (int i = 0; i < MOST_POLLS; i++) {
            XmlElement info = properties(task, "info").get("info");
            String state = info == null ? "" : info.text("state");
            if (state.equals("success")) {
                return;
            }
            if (state.equals("error")) {
                XmlElement error = info.required("error");
                String type = error.child("fault").map(XmlElement::type).orElse("");
                throw new SoapFault(method, type, clean(error.text("localizedMessage")));
            }
            sleep(Math.min(FIRST_PAUSE + i * 100L, LONGEST_PAUSE));
        }
        throw new IOException(method + " does not end");
    }

    void sleep(long millis) throws IOException {
        try {
            pause.millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    Transport transport() {
        return transport;
    }

    /** Logs out; a session that is not ended would be by its time-out. */
    @Override
    public void close() {
        if (!cookie.isEmpty() && content != null) {
            try {
                call("Logout", service("sessionManager"), body -> {});
            } catch (IOException e) {
                // Everything is done; the server ends the session by itself.
            }
        }
    }
}
