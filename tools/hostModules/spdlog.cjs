// Stand-in for the editor's native log writer, which npm ships as source only: output channels read the files it writes.
const fs = require("fs");
const path = require("path");

const levels = ["trace", "debug", "info", "warning", "error", "critical", "off"];

class Logger {
  constructor(file, maxSize, maxFiles) {
    this.file = file;
    this.maxSize = maxSize;
    this.maxFiles = maxFiles;
    this.level = 2;
    this.raw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.size = fs.existsSync(file) ? fs.statSync(file).size : 0;
  }

  write(level, message) {
    if (level < this.level) {
      return;
    }
    const now = new Date();
    const two = (n, width = 2) => String(n).padStart(width, "0");
    const stamp = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${two(now.getMilliseconds(), 3)}`;
    const text = this.raw ? message : `${stamp} [${levels[level]}] ${message}\n`;
    const size = Buffer.byteLength(text);
    if (this.size + size > this.maxSize && this.size > 0) {
      this.rotate();
    }
    fs.appendFileSync(this.file, text);
    this.size += size;
  }

  rotate() {
    const { dir, name, ext } = path.parse(this.file);
    const numbered = (n) => (n === 0 ? this.file : path.join(dir, `${name}.${n}${ext}`));
    for (let n = this.maxFiles - 1; n > 0; n--) {
      if (fs.existsSync(numbered(n - 1))) {
        fs.renameSync(numbered(n - 1), numbered(n));
      }
    }
    fs.writeFileSync(this.file, "");
    this.size = 0;
  }

  setLevel(level) {
    this.level = level;
  }
  getLevel() {
    return this.level;
  }
  setPattern() {
    this.raw = false;
  }
  clearFormatters() {
    this.raw = true;
  }
  flush() {}
  drop() {}
}

["trace", "debug", "info", "warn", "error", "critical"].forEach((name, level) => {
  Logger.prototype[name] = function (message) {
    this.write(level, String(message));
  };
});

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.shutdown = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (name, file, maxSize, maxFiles) => new Logger(file, maxSize, maxFiles);
exports.createAsyncRotatingLogger = async (name, file, maxSize, maxFiles) => new Logger(file, maxSize, maxFiles);
