import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidJsonException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.spi.json.JsonSmartJsonProvider;
import com.jayway.jsonpath.spi.mapper.JsonSmartMappingProvider;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import org.apache.commons.lang.StringEscapeUtils;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.InvalidReferenceEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.context.InternalContextAdapterImpl;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.directive.StopCommand;
import org.apache.velocity.runtime.parser.node.SimpleNode;
import org.apache.velocity.util.introspection.Info;

/**
 * The engine that Postern's mapping templates are held against: Apache Velocity 1.7 and Jayway JsonPath on
 * json-smart, with the variables that API Gateway gives to a template.
 */
public class Reference {
    private final RuntimeInstance velocity = new RuntimeInstance();
    private final boolean aws;

    /** aws is Velocity as API Gateway sets it up; otherwise it is as it is shipped. */
    public Reference(boolean aws) {
        this.aws = aws;
        velocity.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
        velocity.setProperty("velocimacro.library", "");
        velocity.setProperty("resource.loader", "string");
        if (aws) {
            velocity.setProperty("velocimacro.permissions.allow.inline", "false");
            velocity.setProperty("directive.foreach.maxloops", "1000");
        }
        velocity.init();
        if (aws) {
            Arrays.asList("evaluate", "parse", "include").forEach(velocity::removeDirective);
        }
    }

    /** Parses a template, which can be rendered any number of times. */
    public SimpleNode parse(String template) throws Exception {
        SimpleNode tree = velocity.parse(new StringReader(template), "template", false);
        tree.init(scope(new VelocityContext()), velocity);
        return tree;
    }

    private static InternalContextAdapterImpl scope(VelocityContext variables) {
        InternalContextAdapterImpl scope = new InternalContextAdapterImpl(variables);
        scope.pushCurrentTemplateName("template");
        return scope;
    }

    /** What a template sees of one event. */
    public VelocityContext event(String body, Map<String, Object> params, Map<String, Object> context, Map<String, Object> stageVariables) {
        VelocityContext event = new VelocityContext();
        event.put("input", new Input(body, params));
        event.put("util", UTIL);
        event.put("context", context);
        event.put("stageVariables", stageVariables);
        if (aws) {
            EventCartridge handlers = new EventCartridge();
            handlers.addEventHandler(EMPTY);
            handlers.attachToContext(event);
        }
        return event;
    }

    public static String render(SimpleNode tree, VelocityContext event, StringWriter out) throws Exception {
        InternalContextAdapterImpl scope = scope(event);
        try {
            tree.render(scope, out);
        } catch (StopCommand stop) {
            // #stop: what has been printed is the result
        }
        return out.toString();
    }

    /** Whatever has no value is an empty string, as recorded results show. */
    private static final InvalidReferenceEventHandler EMPTY = new InvalidReferenceEventHandler() {
        @Override public Object invalidGetMethod(Context c, String reference, Object o, String property, Info i) { return ""; }
        @Override public Object invalidMethod(Context c, String reference, Object o, String method, Info i) { return ""; }
        @Override public boolean invalidSetMethod(Context c, String left, String right, Info i) { return false; }
    };

    private static final Configuration JSON = Configuration.builder()
            .jsonProvider(new JsonSmartJsonProvider()).mappingProvider(new JsonSmartMappingProvider()).build();

    /** $input. */
    public static class Input {
        private static final Object NONE = new Object();
        private static final List<String> LOCATIONS = Arrays.asList("path", "querystring", "header");
        private final String body;
        private final Map<String, Object> params;
        private Object tree; // null until it is needed; NONE if the body has none

        Input(String body, Map<String, Object> params) {
            this.body = body == null || body.isEmpty() ? "{}" : body;
            this.params = params;
        }

        public String getBody() { return body; }

        public Object path(String path) {
            if (tree == null) {
                try {
                    tree = JSON.jsonProvider().parse(body);
                } catch (InvalidJsonException e) {
                    tree = NONE;
                }
                if (tree == null) tree = NONE;
            }
            if (tree == NONE) return null;
            if (!(tree instanceof Map || tree instanceof List)) return JsonPath.compile(path).getPath().equals("$") ? tree : null;
            try {
                return JsonPath.using(JSON).parse(tree).read(path);
            } catch (PathNotFoundException e) {
                return null;
            }
        }

        public String json(String path) {
            Object v = path(path);
            return v == null ? "\"\"" : JSONValue.toJSONString(v, JSONStyle.LT_COMPRESS);
        }

        public Map<String, Object> params() { return params; }

        public String params(String name) {
            for (String location : LOCATIONS) {
                Object values = params.get(location);
                if (values instanceof Map && ((Map<?, ?>) values).get(name) != null) return ((Map<?, ?>) values).get(name).toString();
            }
            return "";
        }
    }

    private static final Util UTIL = new Util();

    /** $util. */
    public static class Util {
        public String escapeJavaScript(Object v) { return v == null ? null : StringEscapeUtils.escapeJavaScript(v.toString()); }

        public Object parseJson(String s) { return s == null || s.isEmpty() ? null : JSON.jsonProvider().parse(s); }

        public String urlEncode(String s) throws Exception { return URLEncoder.encode(s, "UTF-8"); }

        public String urlDecode(String s) throws Exception { return URLDecoder.decode(s, "UTF-8"); }

        public String base64Encode(String s) { return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8)); }

        public String base64Decode(String s) { return new String(Base64.getDecoder().decode(s), StandardCharsets.UTF_8); }
    }

    /** What $input.params() returns: always three maps, in this order. */
    public static Map<String, Object> params(Map<String, Object> given) {
        Map<String, Object> params = maps("path", "querystring", "header");
        given.forEach((location, values) -> { if (values != null) params.put(location, values); });
        return params;
    }

    /** $context with the maps for overrides that it always has. */
    public static Map<String, Object> context(Map<String, Object> given) {
        Map<String, Object> context = new LinkedHashMap<>(given);
        context.computeIfAbsent("requestOverride", k -> maps("header", "path", "querystring"));
        context.computeIfAbsent("responseOverride", k -> maps("header"));
        return context;
    }

    private static Map<String, Object> maps(String... names) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (String name : names) all.put(name, new LinkedHashMap<String, Object>());
        return all;
    }
}
