import "./styles/main.scss";
import "./styles/more.less";
