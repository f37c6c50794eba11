import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch 2 node in this JVM; every argument is a setting, NAME=VALUE, but launcher.plugin=CLASS. */
public final class Launcher {
  private static final class EmbeddedNode extends Node {
    EmbeddedNode(Settings settings, List<Class<? extends Plugin>> plugins) {
      super(
          InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
          plugins,
          true);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Settings.Builder settings = Settings.builder();
    List<Class<? extends Plugin>> plugins = new ArrayList<>(List.of(Netty4Plugin.class, ReindexPlugin.class));
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String name = argument.substring(0, equals);
      String value = argument.substring(equals + 1);
      if (name.equals("launcher.plugin")) {
        plugins.add(Class.forName(value).asSubclass(Plugin.class));
      } else {
        settings.put(name, value);
      }
    }
    Node node = new EmbeddedNode(settings.build(), plugins);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    node.start();
    System.out.println("started");
    Thread.currentThread().join(); // The node's own threads do not keep the JVM alive.
  }

  private static void close(Node node) {
    try {
      node.close();
    } catch (IOException failure) {
      failure.printStackTrace();
    }
  }
}
