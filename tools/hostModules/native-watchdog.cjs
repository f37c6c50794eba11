// Stand-in for the editor's native watchdog: ends the extension host when its parent is gone.
exports.start = (pid) => {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 3000).unref();
};
