import "./a.scss";
import "./b.less";
