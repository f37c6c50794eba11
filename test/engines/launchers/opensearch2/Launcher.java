import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch 2 node in this JVM; every argument is a setting, NAME=VALUE. */
public final class Launcher {
  private static final class EmbeddedNode extends Node {
    EmbeddedNode(Settings settings) {
      super(
          InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
          List.of(Netty4Plugin.class, ReindexPlugin.class),
          true);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Settings.Builder settings = Settings.builder();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    Node node = new EmbeddedNode(settings.build());
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
